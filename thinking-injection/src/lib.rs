//! Components, their graph and their container
