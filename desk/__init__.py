"""What people make of what they found: session packs and their exports, feedback, keeping the library, access."""
