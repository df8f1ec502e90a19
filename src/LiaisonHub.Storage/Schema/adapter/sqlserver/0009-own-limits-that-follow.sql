-- When the limit of the own law ends that runs in the place of the earliest, once that one has passed in silence.
ALTER TABLE requests ADD own_then datetimeoffset(6) NULL;
