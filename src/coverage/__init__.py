"""Media coverage analytics for contested votes."""
