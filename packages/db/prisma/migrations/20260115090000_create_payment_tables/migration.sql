-- Text compares byte for byte and without padding (nopad_bin): with the default collation 'abc', 'ABC' and 'abc ' would
-- be one key, and two different event ids one event. What only this service writes is ascii, which keeps indexes small.

CREATE TABLE `payment` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `order_id` BIGINT NOT NULL,
    `user_id` BIGINT NOT NULL,
    `amount` BIGINT NOT NULL,
    `status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `pg_order_id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `order_name` VARCHAR(100) NOT NULL,
    `payment_key` VARCHAR(200) NULL,
    `pg_transaction_id` VARCHAR(64) NULL,
    `approved_at` DATETIME(3) NULL,
    `method` VARCHAR(50) NULL,
    `receipt_url` VARCHAR(500) NULL,
    `canceled_amount` BIGINT NOT NULL DEFAULT 0,
    `correlation_id` VARCHAR(255) NOT NULL,
    `sequence` INTEGER NOT NULL,
    `version` INTEGER NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_payment_id` (`payment_id`),
    UNIQUE INDEX `uq_payment_order_id` (`order_id`),
    UNIQUE INDEX `uq_payment_pg_order_id` (`pg_order_id`),
    CONSTRAINT `ck_payment_order_id` CHECK (`order_id` >= 1),
    CONSTRAINT `ck_payment_user_id` CHECK (`user_id` >= 1),
    -- 2^53 - 1: the largest amount that every JSON parser reads unchanged.
    CONSTRAINT `ck_payment_amount` CHECK (`amount` BETWEEN 0 AND 9007199254740991),
    CONSTRAINT `ck_payment_canceled_amount` CHECK (`canceled_amount` BETWEEN 0 AND `amount`),
    CONSTRAINT `ck_payment_status` CHECK (`status` IN ('READY', 'APPROVED', 'FAILED', 'PARTIALLY_CANCELED', 'CANCELED')),
    -- Money that was taken has a moment, and a moment means that money was taken.
    CONSTRAINT `ck_payment_approval` CHECK ((`status` IN ('READY', 'FAILED')) = (`approved_at` IS NULL)),
    -- Only 0 won can be approved without a payment key.
    CONSTRAINT `ck_payment_payment_key` CHECK (`approved_at` IS NULL OR `payment_key` IS NOT NULL OR `amount` = 0),
    -- The status says how much of the money went back.
    CONSTRAINT `ck_payment_refund` CHECK (
        CASE `status`
            WHEN 'CANCELED' THEN `canceled_amount` = `amount`
            WHEN 'PARTIALLY_CANCELED' THEN `canceled_amount` > 0 AND `canceled_amount` < `amount`
            ELSE `canceled_amount` = 0
        END
    ),
    CONSTRAINT `ck_payment_sequence` CHECK (`sequence` >= 1),
    CONSTRAINT `ck_payment_version` CHECK (`version` >= 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE `payment_transaction` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `type` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `pg_transaction_id` VARCHAR(64) NULL,
    `amount` BIGINT NOT NULL,
    `occurred_at` DATETIME(3) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    -- The gateway's key names one movement of money: recorded twice, a refund would count double.
    UNIQUE INDEX `uq_payment_transaction_pg_transaction_id` (`payment_id`, `pg_transaction_id`),
    CONSTRAINT `fk_payment_transaction_payment` FOREIGN KEY (`payment_id`) REFERENCES `payment` (`payment_id`)
        ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT `ck_payment_transaction_type` CHECK (`type` IN ('APPROVAL', 'CANCEL')),
    CONSTRAINT `ck_payment_transaction_status` CHECK (`status` IN ('SUCCESS', 'FAILED')),
    CONSTRAINT `ck_payment_transaction_amount` CHECK (`amount` BETWEEN 0 AND 9007199254740991)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE `payment_idempotency` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `order_id` BIGINT NOT NULL,
    `action` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `idempotency_key` VARCHAR(255) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_idempotency` (`order_id`, `action`, `idempotency_key`),
    CONSTRAINT `ck_payment_idempotency_action` CHECK (`action` IN ('CREATE', 'APPROVE')),
    CONSTRAINT `ck_payment_idempotency_key` CHECK (`idempotency_key` <> '')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE `payment_attempt` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `attempt_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `order_id` BIGINT NOT NULL,
    `action` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `payment_key` VARCHAR(200) NOT NULL,
    `gateway_idempotency_key` VARCHAR(300) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `amount` BIGINT NOT NULL,
    `status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `pg_code` VARCHAR(100) NULL,
    `pg_message` VARCHAR(1000) NULL,
    `correlation_id` VARCHAR(255) NOT NULL,
    `leased_until` DATETIME(3) NULL,
    `due_at` DATETIME(3) NULL,
    `takeovers` INTEGER NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    -- RTRIM, because an index may not depend on sql_mode and PAD_CHAR_TO_FULL_LENGTH changes how a CHAR is read.
    `unresolved_payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin
        GENERATED ALWAYS AS (
            CASE WHEN `status` IN ('IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT') THEN RTRIM(`payment_id`) END
        ) STORED,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_attempt_attempt_id` (`attempt_id`),
    UNIQUE INDEX `uq_payment_attempt_gateway_idempotency_key` (`gateway_idempotency_key`),
    -- Nulls do not collide: any number of settled attempts, at most one that is not.
    UNIQUE INDEX `uq_payment_attempt_unresolved` (`unresolved_payment_id`),
    INDEX `idx_payment_attempt_payment_key` (`payment_id`, `payment_key`),
    -- Settled attempts are never due (see the check below), so a search for due ones never meets them.
    INDEX `idx_payment_attempt_due` (`due_at`),
    CONSTRAINT `fk_payment_attempt_payment` FOREIGN KEY (`payment_id`) REFERENCES `payment` (`payment_id`)
        ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT `ck_payment_attempt_action` CHECK (`action` IN ('APPROVE')),
    CONSTRAINT `ck_payment_attempt_amount` CHECK (`amount` BETWEEN 0 AND 9007199254740991),
    CONSTRAINT `ck_payment_attempt_status` CHECK (
        `status` IN ('IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT', 'SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_CHARGED')
    ),
    -- An unresolved attempt that is never due would never be settled.
    CONSTRAINT `ck_payment_attempt_due_at` CHECK (
        (`status` IN ('IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT')) = (`due_at` IS NOT NULL)
    ),
    -- Nobody is working on what is settled, and what somebody is working on is not due.
    CONSTRAINT `ck_payment_attempt_leased_until` CHECK (`leased_until` IS NULL OR `leased_until` <= `due_at`),
    CONSTRAINT `ck_payment_attempt_takeovers` CHECK (`takeovers` >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE `payment_outbox` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `aggregate_id` VARCHAR(255) NOT NULL,
    `aggregate_type` VARCHAR(255) NOT NULL,
    `event_type` VARCHAR(255) NOT NULL,
    `payload` TEXT NOT NULL,
    `topic` VARCHAR(255) NOT NULL,
    `partition_key` VARCHAR(255) NOT NULL,
    `status` VARCHAR(50) NOT NULL,
    -- The default is spelled out because a server with explicit_defaults_for_timestamp=OFF would else add
    -- ON UPDATE current_timestamp(), and marking a row as published would change when it was created.
    `created_at` TIMESTAMP NOT NULL DEFAULT current_timestamp(),
    `published_at` TIMESTAMP NULL DEFAULT NULL,

    PRIMARY KEY (`id`),
    INDEX `idx_payment_outbox_status` (`status`, `created_at`),
    CONSTRAINT `ck_payment_outbox_status` CHECK (`status` IN ('PENDING', 'PUBLISHED')),
    CONSTRAINT `ck_payment_outbox_published_at` CHECK ((`status` = 'PUBLISHED') = (`published_at` IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
