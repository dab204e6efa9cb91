-- What a person did by hand, and why. Written before it is done, and never changed.
CREATE TABLE `payment_operator_action` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `action` VARCHAR(50) NOT NULL,
    -- What it was done to: the place of a dead letter, the id of an attempt.
    `target` VARCHAR(300) NOT NULL,
    `operator` VARCHAR(100) NOT NULL,
    `reason` VARCHAR(500) NOT NULL,
    `at` DATETIME(3) NOT NULL DEFAULT current_timestamp(3),

    PRIMARY KEY (`id`),
    INDEX `idx_payment_operator_action_target` (`target`),
    CONSTRAINT `ck_payment_operator_action_reason` CHECK (`reason` <> '' AND `operator` <> '')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
