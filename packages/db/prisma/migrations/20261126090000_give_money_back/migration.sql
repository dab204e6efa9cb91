-- Money goes back: refunds as durable attempts, orders that were cancelled, and a history of every change of a payment.
-- Only adds and relaxes: workers of the version before go on. The history of older payments begins with their next change.

ALTER TABLE `payment`
    ADD COLUMN `order_cancelled_at` DATETIME(3) NULL AFTER `canceled_amount`,
    -- Payments that nobody pays are looked for by age.
    ADD INDEX `idx_payment_status` (`status`, `created_at`),
    DROP CONSTRAINT `ck_payment_approval`,
    DROP CONSTRAINT `ck_payment_refund`,
    -- Money that was taken has a moment, and a moment means that money was taken. Cancelled is also what was never paid.
    ADD CONSTRAINT `ck_payment_approval` CHECK (
        CASE `status`
            WHEN 'READY' THEN `approved_at` IS NULL
            WHEN 'FAILED' THEN `approved_at` IS NULL
            WHEN 'CANCELED' THEN TRUE
            ELSE `approved_at` IS NOT NULL
        END
    ),
    -- The status says how much of the money went back.
    ADD CONSTRAINT `ck_payment_refund` CHECK (
        CASE `status`
            WHEN 'CANCELED' THEN `canceled_amount` = IF(`approved_at` IS NULL, 0, `amount`)
            WHEN 'PARTIALLY_CANCELED' THEN `canceled_amount` > 0 AND `canceled_amount` < `amount`
            ELSE `canceled_amount` = 0
        END
    );

ALTER TABLE `payment_idempotency`
    DROP CONSTRAINT `ck_payment_idempotency_action`,
    ADD CONSTRAINT `ck_payment_idempotency_action` CHECK (`action` IN ('CREATE', 'APPROVE', 'REFUND', 'CANCEL'));

CREATE TABLE `payment_refund` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `refund_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `order_id` BIGINT NOT NULL,
    `payment_key` VARCHAR(200) NOT NULL,
    `origin` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `cause_id` VARCHAR(300) NOT NULL,
    `causation_id` VARCHAR(255) NOT NULL,
    -- The attempt whose charge could not be applied. A refund of what the payment itself took has none.
    `attempt_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    `amount` BIGINT NOT NULL,
    `reason` VARCHAR(200) NOT NULL,
    `correlation_id` VARCHAR(255) NOT NULL,
    `status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `remaining_before` BIGINT NULL,
    `pg_transaction_id` VARCHAR(200) NULL,
    `refunded_at` DATETIME(3) NULL,
    `pg_code` VARCHAR(100) NULL,
    `pg_message` VARCHAR(1000) NULL,
    `tries` INTEGER NOT NULL DEFAULT 0,
    `leased_until` DATETIME(3) NULL,
    `due_at` DATETIME(3) NULL,
    `fence` INTEGER NOT NULL DEFAULT 0,
    `asks` INTEGER NOT NULL DEFAULT 0,
    -- Null until the present try has begun.
    `send_key_slot` VARCHAR(10) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    `send_credential` VARCHAR(20) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL DEFAULT '',
    `send_unanswered` BOOLEAN NOT NULL DEFAULT FALSE,
    `send_answer_code` VARCHAR(100) NULL,
    `send_unclear` BOOLEAN NOT NULL DEFAULT FALSE,
    `send_may_arrive_until` DATETIME(3) NOT NULL DEFAULT '1970-01-01 00:00:00',
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    -- The charge whose refund is under way. RTRIM for the reason that payment_attempt gives.
    `charge_under_way` VARCHAR(240)
        GENERATED ALWAYS AS (
            CASE WHEN `status` IN ('IN_FLIGHT', 'UNKNOWN') THEN CONCAT(RTRIM(`payment_id`), '/', `payment_key`) END
        ) STORED,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_refund_refund_id` (`refund_id`),
    -- One refund of a payment for each cause, however often an event or a request is repeated.
    UNIQUE INDEX `uq_payment_refund_cause_id` (`payment_id`, `cause_id`),
    -- The gateway is told what must be left before each refund: two of one charge at once would be told the same.
    UNIQUE INDEX `uq_payment_refund_charge_under_way` (`charge_under_way`),
    INDEX `idx_payment_refund_order_id` (`order_id`),
    -- Settled refunds have no due date, so a search for due ones never meets them.
    INDEX `idx_payment_refund_due_at` (`due_at`),
    CONSTRAINT `fk_payment_refund_payment` FOREIGN KEY (`payment_id`) REFERENCES `payment` (`payment_id`)
        ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT `ck_payment_refund_origin` CHECK (
        `origin` IN ('REQUEST', 'ORDER_REFUND', 'ORDER_CANCELLED', 'UNAPPLIED_CHARGE')
    ),
    -- Only what names an attempt can give back what an attempt took outside its payment.
    CONSTRAINT `ck_payment_refund_attempt_id` CHECK ((`origin` = 'UNAPPLIED_CHARGE') = (`attempt_id` IS NOT NULL)),
    CONSTRAINT `ck_payment_refund_amount` CHECK (`amount` BETWEEN 1 AND 9007199254740991),
    CONSTRAINT `ck_payment_refund_status` CHECK (
        `status` IN ('REQUESTED', 'IN_FLIGHT', 'UNKNOWN', 'SUCCEEDED', 'REFUSED', 'NOT_REFUNDED')
    ),
    -- One that is not settled and never due would never be settled.
    CONSTRAINT `ck_payment_refund_due_at` CHECK (
        (`status` IN ('REQUESTED', 'IN_FLIGHT', 'UNKNOWN')) = (`due_at` IS NOT NULL)
    ),
    CONSTRAINT `ck_payment_refund_leased_until` CHECK (`leased_until` IS NULL OR `leased_until` <= `due_at`),
    CONSTRAINT `ck_payment_refund_remaining_before` CHECK (
        `remaining_before` IS NULL OR `remaining_before` >= `amount`
    ),
    CONSTRAINT `ck_payment_refund_refunded` CHECK (
        (`status` = 'SUCCEEDED') = (`pg_transaction_id` IS NOT NULL) AND (`status` = 'SUCCEEDED') = (`refunded_at` IS NOT NULL)
    ),
    CONSTRAINT `ck_payment_refund_send` CHECK (
        `status` NOT IN ('IN_FLIGHT', 'UNKNOWN') OR (`send_key_slot` IS NOT NULL AND `remaining_before` IS NOT NULL)
    ),
    CONSTRAINT `ck_payment_refund_send_key_slot` CHECK (`send_key_slot` IN ('first', 'second')),
    CONSTRAINT `ck_payment_refund_counts` CHECK (`fence` >= 0 AND `asks` >= 0 AND `tries` >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Kept also for orders whose payment is there: what it is for an order that is announced later, nobody knows in advance.
CREATE TABLE `payment_order_cancellation` (
    `order_id` BIGINT NOT NULL,
    `event_id` VARCHAR(255) NOT NULL,
    `correlation_id` VARCHAR(255) NOT NULL,
    `reason` VARCHAR(255) NOT NULL,
    `received_at` DATETIME(3) NOT NULL DEFAULT current_timestamp(3),

    PRIMARY KEY (`order_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Append-only. No foreign key: it is written in the transaction of the change itself, and outlives what it tells of.
CREATE TABLE `payment_history` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `payment_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `sequence` INTEGER NOT NULL,
    `from_status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    `to_status` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `canceled_amount` BIGINT NOT NULL,
    `actor` VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `causation_id` VARCHAR(300) NOT NULL,
    `attempt_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    `refund_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
    `pg_code` VARCHAR(100) NULL,
    `occurred_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    -- One line for each event of a payment.
    UNIQUE INDEX `uq_payment_history_sequence` (`payment_id`, `sequence`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What a caller was told who named a request by an Idempotency-Key. Swept after a while; a refund keeps the name of its
-- wish for good, so that sweeping never lets money go back twice.
CREATE TABLE `payment_named_request` (
    -- SHA-256 of caller, route and key.
    `request_id` CHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    -- SHA-256 of the body.
    `fingerprint` CHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    -- Null while nobody has an answer to it.
    `answer_status` INTEGER NULL,
    `answer_headers` VARCHAR(1000) NULL,
    `answer_body` TEXT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT current_timestamp(3),

    PRIMARY KEY (`request_id`),
    INDEX `idx_payment_named_request_created_at` (`created_at`),
    CONSTRAINT `ck_payment_named_request_answer` CHECK (
        (`answer_status` IS NULL) = (`answer_body` IS NULL) AND (`answer_status` IS NULL) = (`answer_headers` IS NULL)
    )
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What Toss's webhooks hinted at, once for each state: never believed, only a reason to look. No body is kept, for it has
-- the secret of a payment.
CREATE TABLE `payment_webhook_hint` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    -- SHA-256 of kind, order, state and transaction.
    `hint_id` CHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
    `kind` VARCHAR(100) NOT NULL,
    -- Null where it names no order of ours.
    `order_id` BIGINT NULL,
    `status` VARCHAR(50) NULL,
    -- How often it was told.
    `times` INTEGER NOT NULL DEFAULT 1,
    `received_at` DATETIME(3) NOT NULL DEFAULT current_timestamp(3),
    -- Null once it was followed.
    `due_at` DATETIME(3) NULL,
    `followed_at` DATETIME(3) NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `uq_payment_webhook_hint_hint_id` (`hint_id`),
    INDEX `idx_payment_webhook_hint_due_at` (`due_at`),
    INDEX `idx_payment_webhook_hint_order_id` (`order_id`, `followed_at`),
    INDEX `idx_payment_webhook_hint_received_at` (`received_at`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Charges that had been found before anybody could give them back; one that two attempts of a payment key came upon, once.
DELETE `later` FROM `payment_unapplied_charge` AS `later`
JOIN `payment_unapplied_charge` AS `first`
    ON `first`.`payment_id` = `later`.`payment_id` AND `first`.`payment_key` = `later`.`payment_key` AND `first`.`id` < `later`.`id`;

INSERT INTO `payment_refund` (
    `refund_id`, `payment_id`, `order_id`, `payment_key`, `origin`, `cause_id`, `causation_id`, `attempt_id`, `amount`, `reason`,
    `correlation_id`, `status`, `due_at`, `created_at`, `updated_at`
)
SELECT UUID(), `charge`.`payment_id`, `charge`.`order_id`, `charge`.`payment_key`, 'UNAPPLIED_CHARGE',
    CONCAT('charge:', `charge`.`payment_key`), `charge`.`attempt_id`, `charge`.`attempt_id`, `charge`.`amount`,
    '결제가 완료되지 않아 자동 환불되었습니다.', `attempt`.`correlation_id`, 'REQUESTED', NOW(3), NOW(3), NOW(3)
FROM `payment_unapplied_charge` AS `charge`
JOIN `payment_attempt` AS `attempt` ON `attempt`.`attempt_id` = `charge`.`attempt_id`
WHERE `charge`.`refunded_at` IS NULL;
