"""The public site: static pages of the register, of the rebuilt systems and of the studies, which need no script to be read."""
