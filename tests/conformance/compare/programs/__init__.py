"""What is compared: one module for each group of features."""
