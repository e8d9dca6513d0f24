-- Batch operations that have ended are looked at once more: they are due to be removed like the runs of their namespace.
UPDATE jobs SET wake_at = 0 WHERE kind = 2 AND wake_at IS NULL;
