//! `inspect`: what is seen on the screen now, or in a picture.

use sightstep_vision::frame::Frame;
use sightstep_vision::screen::{Area, DesktopScreen, Screen as _};

use super::arguments::InspectArguments;
use super::image::picture;
use super::{Failure, models};
use crate::exit::Exit;
use crate::report::seen;

/// `sightstep inspect`.
pub fn inspect(arguments: &InspectArguments) -> Result<Exit, Failure> {
    let mut reader = models::reader()?;
    let frame = match &arguments.image {
        Some(image) => picture(image)?,
        None => screen(arguments)?,
    };
    let reading = reader.read(&frame);
    print!("{}", seen::table(&reading.elements));
    if let Some(path) = &arguments.html {
        std::fs::write(path, seen::page(frame.pixels(), &reading.elements)).map_err(|e| {
            Failure::usage(format!(
                "{} cannot be written: {e}\nhint: --html names a file in a folder that is there",
                path.display()
            ))
        })?;
        eprintln!("{}", path.display());
    }
    Ok(Exit::Done)
}

#[tokio::main]
async fn screen(arguments: &InspectArguments) -> Result<Frame, Failure> {
    let connected = DesktopScreen::connect(arguments.display.as_deref(), Area::Desktop, arguments.eyes.into()).await;
    let mut screen = connected.map_err(|e| Failure::environment(&e))?;
    Ok(screen.settled(None).await.map_err(|e| Failure::environment(&e))?.frame)
}
