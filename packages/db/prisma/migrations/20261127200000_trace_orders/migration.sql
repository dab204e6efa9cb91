-- W3C trace contexts (`traceparent`): of the order as its payment was created, and of what made an event. NULL where nobody traces,
-- and in what is inserted by workers that do not know the columns. No table is copied: the columns are added in place.
ALTER TABLE `payment` ADD COLUMN `trace_parent` VARCHAR(55) NULL AFTER `correlation_id`;
ALTER TABLE `payment_outbox` ADD COLUMN `trace_parent` VARCHAR(55) NULL;
ALTER TABLE `payment_outbox_set_aside` ADD COLUMN `trace_parent` VARCHAR(55) NULL AFTER `partition_key`;
