/** The encrypting build has the API, and so the types, of the driver that it is built from. */
declare module 'better-sqlite3-multiple-ciphers' {
  import Database from 'better-sqlite3';
  export default Database;
}
