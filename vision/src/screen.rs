//! What the loop sees through: a desktop, or the frames of a recording.
