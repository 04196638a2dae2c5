//! An application framework for programs that work for hours or weeks and survive being killed
