-- Where a deposit is awaited, so that the buyer can be told again. Only adds: workers of the version before go on. What
-- they issued has no account here until the relay looks after it next.

ALTER TABLE `payment_attempt`
    ADD COLUMN `virtual_account_bank` VARCHAR(50) NULL AFTER `send_may_arrive_until`,
    ADD COLUMN `virtual_account_number` VARCHAR(50) NULL AFTER `virtual_account_bank`,
    ADD COLUMN `virtual_account_holder` VARCHAR(100) NULL AFTER `virtual_account_number`,
    ADD COLUMN `virtual_account_due_at` DATETIME(3) NULL AFTER `virtual_account_holder`;
