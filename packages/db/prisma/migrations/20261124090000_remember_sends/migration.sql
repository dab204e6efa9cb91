-- What an attempt knows about its past becomes durable: who owns it (the fencing token), what may have been sent for it,
-- and how often the gateway was asked in vain. Workers of the version before know nothing of a fencing token: stop them
-- before this runs.

ALTER TABLE `payment_attempt`
    CHANGE COLUMN `takeovers` `fence` INTEGER NOT NULL,
    ADD COLUMN `asks` INTEGER NOT NULL DEFAULT 0 AFTER `fence`,
    ADD COLUMN `send_key_slot` VARCHAR(10) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL DEFAULT 'first' AFTER `asks`,
    -- Which secret key an older attempt was sent under is not known, and '' is the name of none: it is only asked for.
    ADD COLUMN `send_credential` VARCHAR(20) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL DEFAULT '' AFTER `send_key_slot`,
    ADD COLUMN `send_unanswered` BOOLEAN NOT NULL DEFAULT TRUE AFTER `send_credential`,
    ADD COLUMN `send_answer_code` VARCHAR(100) NULL AFTER `send_unanswered`,
    ADD COLUMN `send_unclear` BOOLEAN NOT NULL DEFAULT FALSE AFTER `send_answer_code`,
    ADD COLUMN `send_may_arrive_until` DATETIME(3) NOT NULL DEFAULT '1970-01-01 00:00:00' AFTER `send_unclear`,
    DROP CONSTRAINT `ck_payment_attempt_takeovers`,
    DROP CONSTRAINT `ck_payment_attempt_status`,
    DROP CONSTRAINT `ck_payment_attempt_due_at`,
    ADD CONSTRAINT `ck_payment_attempt_fence` CHECK (`fence` >= 0),
    ADD CONSTRAINT `ck_payment_attempt_asks` CHECK (`asks` >= 0),
    ADD CONSTRAINT `ck_payment_attempt_send_key_slot` CHECK (`send_key_slot` IN ('first', 'second')),
    ADD CONSTRAINT `ck_payment_attempt_status` CHECK (
        `status` IN (
            'IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT', 'SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_CHARGED', 'UNAPPLIED'
        )
    ),
    -- An unresolved attempt that is never due would never be settled. What was settled without a charge is due once more.
    ADD CONSTRAINT `ck_payment_attempt_due_at` CHECK (
        CASE
            WHEN `status` IN ('IN_FLIGHT', 'UNKNOWN', 'AWAITING_DEPOSIT') THEN `due_at` IS NOT NULL
            WHEN `status` IN ('REFUSED', 'NOT_CHARGED') THEN TRUE
            ELSE `due_at` IS NULL
        END
    ),
    DROP INDEX `idx_payment_attempt_due`,
    -- By status first: what is looked for urgently is never behind a thousand deposits that are awaited.
    ADD INDEX `idx_payment_attempt_due` (`status`, `due_at`);

-- Older attempts: a request of theirs may have left when they began, and can be accepted for 15 minutes from then.
UPDATE `payment_attempt` SET `send_may_arrive_until` = `created_at` + INTERVAL 15 MINUTE;

-- Toss documents 64 characters. Money that moved must be recorded even if the name of its movement is longer one day.
ALTER TABLE `payment` MODIFY COLUMN `pg_transaction_id` VARCHAR(200) NULL;
ALTER TABLE `payment_transaction` MODIFY COLUMN `pg_transaction_id` VARCHAR(200) NULL;

-- Money that moved for a payment that cannot take it: paid already, failed or cancelled. It waits for its refund.
CREATE TABLE `payment_unapplied_charge` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `attempt_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `order_id` BIGINT NOT NULL,
    `payment_key` VARCHAR(200) NOT NULL,
    `pg_transaction_id` VARCHAR(200) NULL,
    `amount` BIGINT NOT NULL,
    `approved_at` DATETIME(3) NOT NULL,
    `reason` VARCHAR(255) NOT NULL,
    `found_at` DATETIME(3) NOT NULL,
    `refunded_at` DATETIME(3) NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_unapplied_charge_attempt_id` (`attempt_id`),
    INDEX `idx_payment_unapplied_charge_refunded_at` (`refunded_at`, `found_at`),
    CONSTRAINT `fk_payment_unapplied_charge_attempt` FOREIGN KEY (`attempt_id`) REFERENCES `payment_attempt` (`attempt_id`)
        ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT `ck_payment_unapplied_charge_amount` CHECK (`amount` BETWEEN 1 AND 9007199254740991)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
