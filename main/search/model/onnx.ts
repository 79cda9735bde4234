import { bytesField, encode, floatField, integerField, messageField, textField } from './protobuf.ts';
import type { Message } from './protobuf.ts';

/** Element types of ONNX tensors that are used here (onnx.proto, TensorProto.DataType). */
export const elementTypes = { float: 1, int8: 3, int32: 6, int64: 7 } as const;

export type ElementType = keyof typeof elementTypes;

type Attribute = number | readonly number[] | { readonly float: number };

/** Version of the operator set: 20 is the first with Gelu. */
const operatorSet = 20;
/** IR version that introduced operator set 20. */
const intermediateVersion = 9;

/** Collects nodes and constants of one graph. Names of values are made here, so that they cannot clash. */
export class GraphBuilder {
  readonly #nodes: Message[] = [];
  readonly #initializers: Message[] = [];
  #names = 0;

  /** Adds a constant tensor and returns its name. `data` is little-endian, row-major. */
  constant(type: ElementType, dimensions: readonly number[], data: ArrayBufferView): string {
    const name = this.#name('c');
    this.#initializers.push(
      messageField(
        5,
        ...dimensions.map((dimension) => integerField(1, dimension)),
        integerField(2, elementTypes[type]),
        textField(8, name),
        bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      ),
    );
    return name;
  }

  /** A constant float tensor. */
  floats(dimensions: readonly number[], values: Float32Array): string {
    return this.constant('float', dimensions, values);
  }

  /** A constant one-dimensional int64 tensor: shapes, axes, split sizes. */
  integers(...values: number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Adds an operator with one output and returns the output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.nodes(operator, inputs, 1, attributes)[0] ?? '';
  }

  /** Adds an operator with several outputs and returns their names. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, () => this.#name('v'));
    this.#add(operator, inputs, names, attributes);
    return names;
  }

  /** Encodes the model: one int32 input of one free dimension, one float output. */
  model(name: string, input: string, result: string, output: string, width: number): Uint8Array {
    this.#add('Identity', [result], [output], {});
    return encode(
      integerField(1, intermediateVersion),
      textField(2, 'stratmaster-workbench'),
      messageField(
        7,
        ...this.#nodes,
        textField(2, name),
        ...this.#initializers,
        valueInfo(11, input, 'int32', 'tokens'),
        valueInfo(12, output, 'float', width),
      ),
      messageField(8, integerField(2, operatorSet)),
    );
  }

  #add(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    this.#nodes.push(
      messageField(
        1,
        ...inputs.map((input) => textField(1, input)),
        ...outputs.map((output) => textField(2, output)),
        textField(4, operator),
        ...Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      ),
    );
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}

const floatKind = 1;
const integerKind = 2;
const integersKind = 7;

/** AttributeProto: the value stands in the field of its kind, and the kind is named. Negative integers do not occur. */
function attribute(name: string, value: Attribute): Message {
  if (typeof value === 'number') {
    return messageField(5, textField(1, name), integerField(3, value), integerField(20, integerKind));
  }
  if ('float' in value) {
    return messageField(5, textField(1, name), floatField(2, value.float), integerField(20, floatKind));
  }
  const items = value.map((item) => integerField(8, item));
  return messageField(5, textField(1, name), ...items, integerField(20, integersKind));
}

function valueInfo(field: number, name: string, type: ElementType, dimension: string | number): Message {
  const size = typeof dimension === 'string' ? textField(2, dimension) : integerField(1, dimension);
  const shape = messageField(2, messageField(1, size));
  return messageField(
    field,
    textField(1, name),
    messageField(2, messageField(1, integerField(1, elementTypes[type]), shape)),
  );
}
