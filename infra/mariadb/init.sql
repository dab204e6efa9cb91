-- Database and accounts with the development passwords of the specification. Run on every start of the local stack (as
-- init-file) and once by the container image, so each statement must bear repetition.
-- Accounts are the server's own business: they are kept out of the binary log that Debezium reads.
SET SESSION sql_log_bin = 0;

CREATE DATABASE IF NOT EXISTS `commerce-payment` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE USER IF NOT EXISTS 'admin'@'%' IDENTIFIED BY 'admin1234';
GRANT ALL PRIVILEGES ON `commerce-payment`.* TO 'admin'@'%';

-- What the connector needs: to follow the binary log, and to read the structure of the one table it follows there. A right to
-- a table that is not there yet can be given only together with the right to create it, which is taken back.
CREATE USER IF NOT EXISTS 'debezium'@'%' IDENTIFIED BY 'debezium1234';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'debezium'@'%';
GRANT SELECT, CREATE ON `commerce-payment`.`payment_outbox` TO 'debezium'@'%';
REVOKE CREATE ON `commerce-payment`.`payment_outbox` FROM 'debezium'@'%';
