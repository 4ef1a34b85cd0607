"""The public site and the local workbench. Nothing stands here yet."""
