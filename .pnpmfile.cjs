// Prisma's client names its command line as an optional peer, and pnpm brings an optional peer along where it knows one. In
// production that would be 280 MB, with React, TypeScript and a database in it, of which nothing runs there.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name === '@prisma/client') {
        delete manifest.peerDependencies;
        delete manifest.peerDependenciesMeta;
      }
      return manifest;
    },
  },
};
