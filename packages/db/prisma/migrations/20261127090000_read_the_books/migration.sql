-- How far the gateway's list of transactions has been read. One row at most.
CREATE TABLE `payment_gateway_books` (
    `id` INTEGER NOT NULL,
    `read_until` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    CONSTRAINT `ck_payment_gateway_books_id` CHECK (`id` = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
