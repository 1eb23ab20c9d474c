//! What computes: the processor, or a graphics card.

use candle_core::DType;

use super::Gpu;
use crate::EngineError;

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Device {
    /// A graphics card where there is one that can be used, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A graphics card of NVIDIA's, by number.
    Cuda(usize),
}

impl Device {
    /// The card that computes; none where that is the processor. Matrices in fewer bits are multiplied by the processor
    /// alone.
    pub(crate) fn gpu(self, fewer_bits: bool) -> Result<Option<Gpu>, EngineError> {
        let number = match self {
            Self::Cpu => return Ok(None),
            Self::Auto if fewer_bits || !cfg!(feature = "cuda") => return Ok(None),
            Self::Auto => 0,
            Self::Cuda(number) => number,
        };
        let opened = if fewer_bits { Err(FEWER_BITS.to_owned()) } else { open(number) };
        match (opened, self) {
            (Ok(device), _) => Ok(Some(Gpu { device, dtype: DType::BF16 })),
            (Err(reason), Self::Auto) => {
                tracing::warn!("the processor computes, for no graphics gpu can be used: {reason}");
                Ok(None)
            }
            (Err(reason), _) => Err(EngineError::Device { device: format!("cuda:{number}"), reason }),
        }
    }

    /// Whether this card can be used, and gives what the processor gives.
    ///
    /// # Errors
    /// [`EngineError::Device`] why not: there is none, a library is missing, or which of its kernels differ.
    pub fn check(number: usize) -> Result<(), EngineError> {
        let refused = |reason| EngineError::Device { device: format!("cuda:{number}"), reason };
        let device = open(number).map_err(refused)?;
        match super::differing(&Gpu { device, dtype: DType::BF16 })?.join(", ") {
            none if none.is_empty() => Ok(()),
            some => Err(refused(format!("it computes otherwise than the processor: {some}"))),
        }
    }
}

/// Why a card is not used for quantised matrices.
const FEWER_BITS: &str = "quantised weights are for the processor alone";

#[cfg(not(feature = "cuda"))]
fn open(_number: usize) -> Result<candle_core::Device, String> {
    Err("this program was built without code for graphics cards".into())
}

/// The card, unless a library or the card itself is missing.
#[cfg(feature = "cuda")]
fn open(number: usize) -> Result<candle_core::Device, String> {
    // Opening a card panics where one of these is missing.
    for name in ["libcuda.so.1", "libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10", "libnvrtc.so.13"] {
        // SAFETY: these are NVIDIA's libraries, which the program is about to use anyway.
        let library = unsafe { libloading::Library::new(name) };
        std::mem::forget(library.map_err(|e| format!("{name} cannot be loaded ({e})"))?);
    }
    candle_core::Device::new_cuda(number).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said where a card is asked for.
    fn refused(device: Device, fewer_bits: bool) -> String {
        device.gpu(fewer_bits).map_or_else(|e| e.to_string(), |gpu| format!("{gpu:?}"))
    }

    #[test]
    fn the_processor_is_what_there_always_is() {
        assert_eq!(refused(Device::Cpu, false), "None");
        assert_eq!(refused(Device::Auto, true), "None");
        assert!(refused(Device::Cuda(0), true).contains("cuda:0 cannot be used: quantised weights"));
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn without_code_for_cards_there_are_none() {
        assert_eq!(refused(Device::Auto, false), "None");
        assert!(refused(Device::Cuda(3), false).contains("cuda:3 cannot be used: this program was built without"));
    }
}
