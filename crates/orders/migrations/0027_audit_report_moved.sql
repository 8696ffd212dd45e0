-- Notifications stores it now. It can be run again, and no released version reads it.
drop table audit_report;
