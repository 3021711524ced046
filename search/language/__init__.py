"""What a question's words mean: synonyms, slips of the keyboard, places and times, several questions in one."""
