// Parses PowerShell files and fails with the place of the first fault of each.
import { readFileSync } from 'node:fs';
import Parser from 'tree-sitter';
import PowerShell from 'tree-sitter-powershell';

function firstFault(node) {
  if (node.isError || node.isMissing) return node;
  return node.children.filter((child) => child.hasError).map(firstFault).find(Boolean);
}

const parser = new Parser();
parser.setLanguage(PowerShell);
for (const path of process.argv.slice(2)) {
  const root = parser.parse(readFileSync(path, 'utf8')).rootNode;
  if (root.hasError) {
    const { row, column } = (firstFault(root) ?? root).startPosition;
    console.error(`${path}:${row + 1}:${column + 1}: not PowerShell from here on`);
    process.exitCode = 1;
  } else {
    console.log(`${path}: parsed`);
  }
}
