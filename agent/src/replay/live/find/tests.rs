//! Targets on drawn screens.
