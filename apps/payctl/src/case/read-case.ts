import { type CaseFile, type CaseReference, databaseOptionsOf, openCaseFiles } from '@koosco/payment-db/operators';
import { type Config } from '../config';

export interface FoundCase {
  readonly file: CaseFile;
  /** Which of the references led to it. */
  readonly by: CaseReference;
}

/** What the first of them that there is leads to; null when nothing is known of any. @throws the driver's error. */
export async function readCase(references: readonly CaseReference[], config: Config): Promise<FoundCase | null> {
  const files = await openCaseFiles(databaseOptionsOf(config));
  try {
    for (const by of references) {
      const file = await files.find(by);
      if (file !== null) return { file, by };
    }
    return null;
  } finally {
    await files.close();
  }
}
