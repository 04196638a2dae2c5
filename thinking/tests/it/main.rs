//! The attributes as a program meets them through the facade. How whole programs behave is tested
//! with those in `fixtures`.

mod ui;
