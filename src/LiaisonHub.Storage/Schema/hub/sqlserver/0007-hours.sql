-- Hours worked in the requested state, in hundredths; below 0 where an entry takes another back.
ALTER TABLE cost_entries ADD hours bigint NOT NULL DEFAULT 0;
