-- Who bears which cost, in hundredths of the currency. Rows are added and never changed: what is over is taken back by another row.
CREATE TABLE cost_entries (
  entry_id uniqueidentifier NOT NULL PRIMARY KEY NONCLUSTERED,
  request_id uniqueidentifier NOT NULL,
  act_id uniqueidentifier NOT NULL,
  requesting_state nvarchar(200) NOT NULL,
  requested_state nvarchar(200) NOT NULL,
  kind nvarchar(200) NOT NULL,
  on_day nvarchar(200) NOT NULL,
  currency nvarchar(200) NOT NULL,
  amount bigint NOT NULL,
  requesting_bears bigint NOT NULL,
  reserved bigint NOT NULL,
  corrects uniqueidentifier NULL,
  at datetimeoffset(6) NOT NULL
);
CREATE INDEX cost_entries_day ON cost_entries (on_day);
CREATE INDEX cost_entries_request ON cost_entries (request_id);
GO
CREATE TRIGGER cost_entries_are_final ON cost_entries INSTEAD OF UPDATE, DELETE AS
  THROW 50001, N'Rows of cost_entries are added and never changed or deleted', 1;
