//! The reader planner: goals written as steps, done on what PP-OCR reads.
