//! Task files, checks and recordings.
