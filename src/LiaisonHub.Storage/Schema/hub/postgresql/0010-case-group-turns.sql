-- Case groups whose requests look at each other: whoever decides one of them holds the row of its group meanwhile.
CREATE TABLE case_group_turns (
  case_group_id uuid NOT NULL PRIMARY KEY
);
