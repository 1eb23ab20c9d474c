//! A shared-memory segment that the X server writes pictures into.

use x11rb::connection::Connection;
use x11rb::protocol::shm::{self, ConnectionExt as _};
use x11rb::protocol::xproto::ImageFormat;
use x11rb::rust_connection::RustConnection;

use super::reply_error;
use crate::screen::ScreenError;

/// Memory shared with the server; unmapped on drop, and freed by the system when both sides have let go.
pub(super) struct Segment {
    id: shm::Seg,
    memory: *mut u8,
    length: usize,
}

// SAFETY: the mapping belongs to this value alone, and a grab borrows it until its bytes are no longer used.
unsafe impl Send for Segment {}

impl Segment {
    pub fn attach(connection: &RustConnection, length: usize) -> Result<Self, Box<dyn std::error::Error>> {
        connection.shm_query_version()?.reply()?;
        // SAFETY: plain System V calls; each result is checked before it is used.
        let (shm_id, memory) = unsafe {
            let shm_id = libc::shmget(libc::IPC_PRIVATE, length, libc::IPC_CREAT | 0o600);
            if shm_id < 0 {
                return Err(std::io::Error::last_os_error().into());
            }
            let memory = libc::shmat(shm_id, std::ptr::null(), 0);
            if memory as isize == -1 {
                let error = std::io::Error::last_os_error();
                libc::shmctl(shm_id, libc::IPC_RMID, std::ptr::null_mut());
                return Err(error.into());
            }
            (shm_id, memory.cast::<u8>())
        };
        let attached = connection
            .generate_id()
            .map_err(Box::<dyn std::error::Error>::from)
            .and_then(|id| Ok(connection.shm_attach(id, shm_id as u32, false)?.check().map(|()| id)?));
        // SAFETY: marks the segment for removal once the last side detaches, so that no way out leaks it.
        unsafe { libc::shmctl(shm_id, libc::IPC_RMID, std::ptr::null_mut()) };
        match attached {
            Ok(id) => Ok(Self { id, memory, length }),
            Err(error) => {
                // SAFETY: mapped above and not used again.
                unsafe { libc::shmdt(memory.cast()) };
                Err(error)
            }
        }
    }

    /// Has the server write the area's pixels into the segment and gives them back.
    pub fn grab(
        &self,
        connection: &RustConnection,
        window: u32,
        (x, y, w, h): (i16, i16, u16, u16),
    ) -> Result<&[u8], ScreenError> {
        let wanted = usize::from(w) * usize::from(h) * 4;
        let cookie = connection
            .shm_get_image(window, x, y, w, h, !0, ImageFormat::Z_PIXMAP.into(), self.id, 0)
            .map_err(super::lost)?;
        cookie.reply().map_err(reply_error)?;
        // SAFETY: the mapping is at least `length` bytes long and the server has finished writing.
        Ok(unsafe { std::slice::from_raw_parts(self.memory, wanted.min(self.length)) })
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: mapped in `attach`, unmapped only here.
        unsafe { libc::shmdt(self.memory.cast()) };
    }
}
