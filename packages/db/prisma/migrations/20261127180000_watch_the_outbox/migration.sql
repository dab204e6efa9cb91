-- What all relays of one outbox must agree on. One row, and it is always there.
CREATE TABLE `payment_outbox_relay` (
    `id` INTEGER NOT NULL,
    -- Who brings events to Kafka here: debezium or polling. Null until the first relay has said so.
    `mode` VARCHAR(20) NULL,
    -- The relay that publishes in polling mode, and until when nobody else does.
    `publisher` CHAR(36) NULL,
    `publishes_until` DATETIME(6) NULL,
    -- When a canary was committed last, and when the newest of those was that have been read back.
    `canary_sent_at` DATETIME(6) NULL,
    `canary_back_at` DATETIME(6) NULL,
    -- When the connector was last told to begin anew, and how often since a canary was last seen.
    `begun_anew_at` DATETIME(6) NULL,
    `begun_anew_times` INTEGER NOT NULL DEFAULT 0,
    -- When lost events were last sent again, from which row on, and how often in a row from that one.
    `sent_again_at` DATETIME(6) NULL,
    `sent_again_from` BIGINT NULL,
    `sent_again_times` INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY (`id`),
    CONSTRAINT `ck_payment_outbox_relay_id` CHECK (`id` = 1),
    CONSTRAINT `ck_payment_outbox_relay_mode` CHECK (`mode` IN ('debezium', 'polling'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

INSERT INTO `payment_outbox_relay` (`id`) VALUES (1);

-- Events that nobody waits for, sent to see whether those somebody waits for would arrive. Kept for an hour.
CREATE TABLE `payment_outbox_canary` (
    `outbox_id` BIGINT NOT NULL,
    `sent_at` DATETIME(6) NOT NULL,
    `back_at` DATETIME(6) NULL,

    PRIMARY KEY (`outbox_id`),
    INDEX `idx_payment_outbox_canary_sent_at` (`sent_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
