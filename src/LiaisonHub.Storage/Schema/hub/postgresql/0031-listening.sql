-- Since when the hub sees no broker on its end of the link to a state: meanwhile its adapter is not called silent.
ALTER TABLE adapters ADD COLUMN cut_off_since timestamptz;
