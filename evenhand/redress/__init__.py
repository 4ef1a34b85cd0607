"""What a person may ask for, of whom, by when; letters. Nothing stands here yet."""
