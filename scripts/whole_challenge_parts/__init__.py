"""What a whole challenge is played with: people, hidden data, models, acts."""
