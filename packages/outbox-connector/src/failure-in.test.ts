import { describe, expect, it } from '@jest/globals';
import { failureIn } from './failure-in';

describe('failureIn', () => {
  it('says the first line and the last cause', () => {
    const trace = [
      'org.apache.kafka.connect.errors.ConnectException: Unrecoverable exception from producer send callback',
      '\tat org.apache.kafka.connect.runtime.WorkerSourceTask.maybeThrow(WorkerSourceTask.java:1)',
      'Caused by: java.util.concurrent.ExecutionException: it failed',
      'Caused by: org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [no topic]',
      '\tat org.apache.kafka.clients.NetworkClient.poll(NetworkClient.java:1)',
    ].join('\n');
    expect(failureIn(trace)).toBe(
      'org.apache.kafka.connect.errors.ConnectException: Unrecoverable exception from producer send callback < ' +
        'org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [no topic]',
    );
  });

  it('says nothing of a row', () => {
    const trace =
      'DataException: cannot convert SourceRecord{value=Struct{payload={"paymentKey":"tgen_1"}}} at once\n\tat x';
    expect(failureIn(trace)).toBe('DataException: cannot convert SourceRecord{…}');
    expect(failureIn(`ConnectException: ${'x'.repeat(500)}`)).toHaveLength(201);
  });
});
