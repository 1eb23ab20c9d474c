//! `doctor`: looks at everything that a run needs and says what is missing and how to get it.

use std::path::{Path, PathBuf};

use console::style;
use sightstep_engine::Device;
use sightstep_vision::screen::{Area, DesktopScreen, Eyes};
use sightstep_vision::weights;

use crate::exit::Exit;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    /// What was found, or what is wrong and what to do.
    found: Result<String, String>,
    /// Whether runs need it, or only some do.
    needed: bool,
}

/// Programs of the sandbox with the packages that have them.
const SANDBOX: [(&str, &str); 2] = [("Xvfb", "xvfb"), ("openbox", "openbox")];

/// Looks and tells; the exit code says whether a sandboxed run could start.
pub fn look() -> Exit {
    let mut findings = vec![reading()];
    findings.extend(SANDBOX.map(|(program, package)| sandbox(program, package)));
    findings.push(desktop());
    findings.push(card());
    for finding in &findings {
        tell(finding);
    }
    if findings.iter().any(|f| f.needed && f.found.is_err()) { Exit::Environment } else { Exit::Done }
}

fn tell(finding: &Finding) {
    match &finding.found {
        Ok(found) => println!("{} {}: {found}", style("ok     ").green(), finding.what),
        Err(wrong) if finding.needed => println!("{} {}: {wrong}", style("missing").red(), finding.what),
        Err(wrong) => println!("{} {}: {wrong}", style("absent ").yellow(), finding.what),
    }
}

fn reading() -> Finding {
    let found = weights::locate()
        .and_then(|folder| weights::verify(&folder).map(|_| format!("in {}", folder.display())))
        .map_err(|e| e.to_string());
    Finding { what: "weights for reading", found, needed: true }
}

fn sandbox(program: &'static str, package: &str) -> Finding {
    let found = on_path(program)
        .map(|path| path.display().to_string())
        .ok_or_else(|| format!("not installed\nhint: apt-get install {package}"));
    Finding { what: program, found, needed: true }
}

fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder: PathBuf| folder.join(program))
        .find(|p| Path::is_file(p))
}

/// The first graphics card, which only models in this process can make use of.
fn card() -> Finding {
    let found = Device::check(0).map(|()| "its kernels agree with the processor".to_owned());
    Finding { what: "graphics card", found: found.map_err(|e| e.to_string()), needed: false }
}

/// The desktop of this session, which only runs outside a sandbox need.
fn desktop() -> Finding {
    let look = async { DesktopScreen::connect(None, Area::Desktop, Eyes::Pixels).await.map(|s| s.monitors().to_vec()) };
    let found = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string());
    let found = found.and_then(|runtime| runtime.block_on(look).map_err(|e| e.to_string())).map(|monitors| {
        let each = (1..).zip(&monitors).map(|(n, m)| {
            format!(
                "monitor {n} ({}) {}x{} at {},{}, scale {}",
                m.name, m.area.w, m.area.h, m.area.x, m.area.y, m.scale
            )
        });
        each.collect::<Vec<_>>().join("; ")
    });
    Finding { what: "this session's desktop", found, needed: false }
}
