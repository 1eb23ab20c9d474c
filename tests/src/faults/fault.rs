//! The faults, and which of them a person could get past.

/// What is done to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing.
    None,
    /// The programs under test stand still for 0.5 to 8 s at a time.
    Slow,
    /// They stand still and never go on.
    Frozen,
    /// A dialog that nobody asked for takes the keyboard.
    PopUp,
    /// The window is moved.
    Moved,
    /// The window is resized.
    Resized,
    /// Something in a corner moves all the time.
    Animation,
    /// Clicks are swallowed now and then.
    DroppedClicks,
    /// Some keys are pressed twice.
    DoubledKeys,
    /// Some keys are lost.
    LostKeys,
    /// The keyboard's layout becomes another one.
    Layout,
    /// The display dies.
    DisplayDies,
    /// Nothing more can be written.
    DiskFull,
    /// The planner answers what is no plan.
    Rubbish,
    /// The planner says the same again and again.
    Repeats,
    /// The planner points off the screen.
    OffScreen,
    /// The planner never answers.
    Hangs,
    /// The planner does what destroys.
    Destroys,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::None,
        Self::Slow,
        Self::PopUp,
        Self::Moved,
        Self::Resized,
        Self::Animation,
        Self::DroppedClicks,
        Self::DoubledKeys,
        Self::LostKeys,
        Self::Layout,
        Self::Frozen,
        Self::DisplayDies,
        Self::DiskFull,
        Self::Rubbish,
        Self::Repeats,
        Self::OffScreen,
        Self::Hangs,
        Self::Destroys,
    ];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Slow => "slow",
            Self::Frozen => "frozen",
            Self::PopUp => "pop-up",
            Self::Moved => "moved",
            Self::Resized => "resized",
            Self::Animation => "animation",
            Self::DroppedClicks => "dropped clicks",
            Self::DoubledKeys => "doubled keys",
            Self::LostKeys => "lost keys",
            Self::Layout => "layout",
            Self::DisplayDies => "display dies",
            Self::DiskFull => "disk full",
            Self::Rubbish => "rubbish",
            Self::Repeats => "repeats",
            Self::OffScreen => "off screen",
            Self::Hangs => "hangs",
            Self::Destroys => "destroys",
        }
    }

    /// Whether a person at the same desk would still do the task.
    pub fn is_passable(self) -> bool {
        !matches!(self, Self::Frozen | Self::DisplayDies | Self::DiskFull) && !self.is_planner()
    }

    /// Whether it is the planner's: one task tells as much as all.
    pub fn is_planner(self) -> bool {
        matches!(self, Self::Rubbish | Self::Repeats | Self::OffScreen | Self::Hangs | Self::Destroys)
    }
}
