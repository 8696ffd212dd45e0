-- When an API key expires; null: never.
alter table api_key add column expires_at timestamptz;
