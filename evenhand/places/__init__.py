"""Areas, grids and points, and the exact moving of counts from one to another."""
