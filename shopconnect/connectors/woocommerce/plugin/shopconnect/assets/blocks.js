// How the editor shows what the server prints on the page: a frame that says what will be there.
(({ blocks, blockEditor, components, element }, words) => {
  const { createElement, Fragment } = element;
  const { PanelBody, Placeholder, SelectControl, TextControl } = components;

  const frame = (label, instructions) => createElement("div", blockEditor.useBlockProps(),
    createElement(Placeholder, { label, instructions }));

  const ofShelf = ({ attributes, setAttributes }) => {
    const field = (control, name, label, more) => createElement(control, {
      label,
      value: attributes[name],
      onChange: (value) => setAttributes({ [name]: value }),
      __nextHasNoMarginBottom: true,
      __next40pxDefaultSize: true,
      ...more,
    });
    const options = Object.entries(words.shelves).map(([value, label]) => ({ value, label }));
    return createElement(Fragment, {},
      createElement(blockEditor.InspectorControls, {},
        createElement(PanelBody, {},
          field(SelectControl, "shelf", words.about, { options }),
          field(TextControl, "product", words.product),
          field(TextControl, "heading", words.heading),
        ),
      ),
      frame(attributes.heading || words.shelves[attributes.shelf], words.shelf),
    );
  };

  blocks.registerBlockType("shopconnect/shelf", { edit: ofShelf, save: () => null });
  for (const name of ["chat", "consent"]) {
    blocks.registerBlockType(`shopconnect/${name}`, { edit: () => frame("ShopConnect", words[name]), save: () => null });
  }
})(window.wp, window.shopconnectBlocks);
