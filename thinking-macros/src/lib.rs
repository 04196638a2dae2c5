//! The attributes of the thinking framework
