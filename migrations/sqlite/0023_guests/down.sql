ALTER TABLE postings DROP COLUMN guest_until;
