//! Capture through xcap: Wayland, macOS, Windows, and any desktop that is not an X server we can connect to.

use std::time::Duration;

use xcap::Monitor as Handle;

use super::source::{Order, Raw, Source};
use super::{Area, Monitor, ScreenError, Window};
use crate::geometry::Rect;

/// How often the screen is looked at: xcap has no events that tell of changes.
const POLL: Duration = Duration::from_millis(30);

/// All monitors that xcap knows, looked at in one area.
pub(crate) struct XcapSource {
    handles: Vec<Handle>,
    monitors: Vec<Monitor>,
    area: Rect,
    scale: f64,
}

impl XcapSource {
    /// Looks at `area` of the session's desktop.
    pub fn connect(area: Area) -> Result<Self, ScreenError> {
        let none = |reason: String| ScreenError::NoDisplay { display: "the session's desktop".into(), reason };
        let handles = Handle::all().map_err(|e| none(e.to_string()))?;
        let monitors: Vec<Monitor> =
            handles.iter().map(describe).collect::<Result<_, _>>().map_err(|e| none(e.to_string()))?;
        if monitors.is_empty() {
            return Err(none("no monitor was found".into()));
        }
        let (area, scale) = area.resolve(&monitors)?;
        Ok(Self { handles, monitors, area, scale })
    }
}

fn describe(handle: &Handle) -> xcap::XCapResult<Monitor> {
    let scale = f64::from(handle.scale_factor()?);
    let area = Rect::new(handle.x()?, handle.y()?, handle.width()? as i32, handle.height()? as i32);
    Ok(Monitor { name: handle.name()?, area, scale })
}

impl Source for XcapSource {
    fn area(&self) -> (Rect, f64) {
        (self.area, self.scale)
    }

    fn grab(&mut self) -> Result<Raw, ScreenError> {
        let (width, height) = (self.area.w as usize, self.area.h as usize);
        let mut bytes = vec![0; width * height * 4];
        for (handle, monitor) in self.handles.iter().zip(&self.monitors) {
            let part = monitor.area.intersection(&self.area);
            if part.is_empty() {
                continue;
            }
            let picture = handle.capture_image().map_err(|e| ScreenError::Lost { reason: e.to_string() })?;
            let from = Rect::new(part.x - monitor.area.x, part.y - monitor.area.y, part.w, part.h);
            let to = (part.x - self.area.x, part.y - self.area.y);
            copy(picture.as_raw(), picture.width() as usize, from, &mut bytes, width, to)?;
        }
        Ok(Raw { bytes, width: width as u32, height: height as u32, order: Order::Rgba })
    }

    fn changed_within(&mut self, timeout: Duration) -> Result<bool, ScreenError> {
        std::thread::sleep(timeout.min(POLL));
        Ok(true)
    }

    fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        let all = xcap::Window::all().map_err(|e| ScreenError::Lost { reason: e.to_string() })?;
        let mut found: Vec<Window> =
            all.iter().filter_map(|w| window(w).ok()).filter(|w| !w.title.is_empty()).collect();
        found.sort_by_key(|w| !w.active);
        Ok(found)
    }

    fn monitors(&self) -> &[Monitor] {
        &self.monitors
    }
}

fn window(handle: &xcap::Window) -> xcap::XCapResult<Window> {
    let area = Rect::new(handle.x()?, handle.y()?, handle.width()? as i32, handle.height()? as i32);
    let active = handle.is_focused().unwrap_or(false);
    Ok(Window { title: handle.title()?, area, active, process: handle.pid().ok() })
}

/// Copies one rectangle of four-byte pixels from a picture `stride` pixels wide into one `into_stride` wide.
fn copy(
    from: &[u8],
    stride: usize,
    area: Rect,
    into: &mut [u8],
    into_stride: usize,
    to: (i32, i32),
) -> Result<(), ScreenError> {
    for row in 0..area.h as usize {
        let start = ((area.y as usize + row) * stride + area.x as usize) * 4;
        let end = start + area.w as usize * 4;
        let target = ((to.1 as usize + row) * into_stride + to.0 as usize) * 4;
        let line = from.get(start..end).ok_or_else(|| ScreenError::Capture {
            reason: "a monitor's picture is smaller than its size; was it reconfigured?".into(),
        })?;
        into[target..target + line.len()].copy_from_slice(line);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_copied_to_its_place() {
        let from: Vec<u8> = (0..4 * 4 * 2).collect();
        let mut into = vec![0; 4 * 3 * 2];
        copy(&from, 4, Rect::new(1, 0, 2, 2), &mut into, 3, (1, 0)).unwrap();
        assert_eq!(into[4..12], from[4..12]);
        assert_eq!(into[16..24], from[20..28]);
        assert_eq!(into[..4], [0; 4]);
    }

    #[test]
    fn a_picture_that_shrank_is_an_error() {
        assert!(copy(&[0; 16], 2, Rect::new(0, 0, 2, 3), &mut [0; 24], 2, (0, 0)).is_err());
    }
}
