-- Whose a task is, where the rate of its queue is limited by key. Null: nobody's in particular. The weight is in thousandths.
ALTER TABLE tasks ADD COLUMN fairness_key TEXT;
ALTER TABLE tasks ADD COLUMN fairness_weight INTEGER NOT NULL DEFAULT 0;
