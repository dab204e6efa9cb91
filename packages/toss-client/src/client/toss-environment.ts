/** Where the process runs. It decides which keys and which base URLs are acceptable. */
export type TossEnvironment = 'development' | 'staging' | 'production';
