import { describeDeaths } from './testing/conformance/describe-deaths';
import { InMemoryWorld } from './testing/interleaving/in-memory-world';

describeDeaths((schedule) => Promise.resolve(new InMemoryWorld(schedule)));
