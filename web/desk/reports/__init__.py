"""What the pages under *Reports* show, and what they give away as files."""
