-- Outbox rows that no topic takes, moved here by a person so that all others go on. None of them was ever published.
CREATE TABLE `payment_outbox_set_aside` (
    -- The row as it was, under its own id.
    `id` BIGINT NOT NULL,
    `aggregate_id` VARCHAR(255) NOT NULL,
    `aggregate_type` VARCHAR(255) NOT NULL,
    `event_type` VARCHAR(255) NOT NULL,
    `payload` TEXT NOT NULL,
    `topic` VARCHAR(255) NOT NULL,
    `partition_key` VARCHAR(255) NOT NULL,
    `created_at` TIMESTAMP NOT NULL DEFAULT current_timestamp(),
    -- Who moved it, why, and when.
    `operator` VARCHAR(100) NOT NULL,
    `reason` VARCHAR(500) NOT NULL,
    `set_aside_at` DATETIME(3) NOT NULL DEFAULT current_timestamp(3),

    PRIMARY KEY (`id`),
    CONSTRAINT `ck_payment_outbox_set_aside_reason` CHECK (`reason` <> '' AND `operator` <> '')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
