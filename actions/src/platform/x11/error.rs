//! The errors of a connection to an X server, as what they mean: the display is lost.

use crate::error::{ActError, lost};

impl From<x11rb::errors::ConnectionError> for ActError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        lost(error)
    }
}

impl From<x11rb::errors::ReplyError> for ActError {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        lost(error)
    }
}

impl From<x11rb::errors::ReplyOrIdError> for ActError {
    fn from(error: x11rb::errors::ReplyOrIdError) -> Self {
        lost(error)
    }
}
