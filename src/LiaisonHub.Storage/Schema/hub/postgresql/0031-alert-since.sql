-- Since when a matter is so, as its receiver was told: its end says the same.
ALTER TABLE alerts ADD COLUMN told_since timestamptz;
