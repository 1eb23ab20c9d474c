//! A frame as it is sent: resized as the model's profile says, encoded, once for all the requests that show it.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sightstep_actions::space::Size;
use sightstep_vision::encode::encoded;
use sightstep_vision::frame::Frame;

use crate::planner::asking::Shown;

/// An encoded picture; clones share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedPicture {
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// The file, in Base64.
    pub base64: Arc<str>,
    /// Its size in pixels.
    pub size: Size,
    /// The digest of the frame that it shows.
    pub digest: Arc<str>,
}

impl Shown for EncodedPicture {
    fn digest(&self) -> &str {
        &self.digest
    }

    fn size(&self) -> Size {
        self.size
    }
}

impl EncodedPicture {
    /// The frame at this size.
    pub async fn of(frame: &Frame, size: Size) -> Self {
        let frame = frame.clone();
        let work = move || {
            let file = encoded(&frame, size.width, size.height);
            let base64 = BASE64_STANDARD.encode(file.bytes).into();
            Self { media_type: file.media_type, base64, size, digest: frame.digest().into() }
        };
        // A panic of that thread goes on here: it is a bug, not an answer.
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
    }

    /// The picture as a data URL.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.base64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_frame_is_a_data_url_of_the_size_asked_for() {
        let frame = Frame::from_image(image::RgbImage::from_pixel(60, 40, image::Rgb([1, 2, 3])));
        let picture = EncodedPicture::of(&frame, Size { width: 56, height: 28 }).await;
        let url = picture.data_url();
        let base64 = url.strip_prefix("data:image/png;base64,").unwrap();
        let file = image::load_from_memory(&BASE64_STANDARD.decode(base64).unwrap()).unwrap();
        assert_eq!((file.width(), file.height()), (56, 28));
        assert_eq!(picture.digest.as_ref(), frame.digest());
    }
}
